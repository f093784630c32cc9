// The clock of a process, moved as a whole: for a program that reads `Date` and takes no clock.
// Invariant: imported before the program that is to be fooled, and only in a process of its own.

const SystemDate = Date
let offsetMs = 0

/** From now on `Date` is the system's time plus `ms`. It goes on running. */
export function shiftDate(ms: number): void {
  offsetMs = ms
}

/** Puts a `Date` in place whose present is shifted; dates made from a value stay what they are. */
export function installShiftedDate(): void {
  globalThis.Date = new Proxy(SystemDate, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now() + offsetMs] : args, newTarget) as Date,
    apply: (target) => new target(target.now() + offsetMs).toString(),
    get: (target, name, receiver) =>
      name === 'now' ? () => target.now() + offsetMs : (Reflect.get(target, name, receiver) as unknown),
  })
}
