// The front of the supervisor: several workers of one gate on one port, and a worker's seat among them.

export { type SeatAtSupervisor, takeSeat } from './seat.ts'
export { type Ending, supervise } from './supervise.ts'
