// A roll: those who are present, in the order in which they came. For what comes and goes with every request.
//
// Not a Set: one that has grown old outgrows its table again and again, and each table keeps those who stood in it then, and points to the
// next table, until the next major collection. So whatever hangs on a member outlives its request, and half of a gate's
// time went into moving it to the old generation. Here nothing points to one who has left, and they point to nobody.

/** One who is present. */
export interface Member<Value> {
  /** Undefined once it has left. */
  readonly value: Value | undefined
}

interface Link<Value> extends Member<Value> {
  value: Value | undefined
  before: Link<Value> | null
  after: Link<Value> | null
}

export class Roll<Value extends object> {
  #first: Link<Value> | null = null
  #last: Link<Value> | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Who came first of those present. */
  get first(): Value | undefined {
    return this.#first?.value
  }

  enter(value: Value): Member<Value> {
    const link: Link<Value> = { value, before: this.#last, after: null }
    if (this.#last === null) this.#first = link
    else this.#last.after = link
    this.#last = link
    this.#size += 1
    return link
  }

  /** Of this roll; nothing happens to one who has left before. */
  leave(member: Member<Value>): void {
    const link = member as Link<Value>
    if (link.value === undefined) return
    if (link.before === null) this.#first = link.after
    else link.before.after = link.after
    if (link.after === null) this.#last = link.before
    else link.after.before = link.before
    link.value = undefined
    link.before = null
    link.after = null
    this.#size -= 1
  }

  /** The first one leaves. */
  leaveFirst(): void {
    if (this.#first !== null) this.leave(this.#first)
  }

  /** Those who are present now; whoever leaves meanwhile is passed over, whoever enters is not visited. */
  *[Symbol.iterator](): Generator<Value, void> {
    const links: Link<Value>[] = []
    for (let link = this.#first; link !== null; link = link.after) links.push(link)
    for (const { value } of links) if (value !== undefined) yield value
  }
}
