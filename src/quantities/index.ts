// Front of quantities: how much is left of what grants license in amount.
export type { Quantity } from './account.ts'
export { nothingHandedOut, openQuantities, type Quantities, type Reservation } from './quantities.ts'
