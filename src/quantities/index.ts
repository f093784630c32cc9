// Front of quantities: how much is left of what grants license in amount.
export type { Quantity } from './account.ts'
export { type Ask, type Given, type HandedOut, type HandsOut, handOut } from './hand-out.ts'
export { fromFile } from './handed-out.ts'
export { nothingHandedOut, openQuantities, type Quantities, type Reservation } from './quantities.ts'
