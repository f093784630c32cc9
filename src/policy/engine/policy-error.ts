// PolicyError: a policy, or what would be laid over one, that cannot be enforced as it stands.

export class PolicyError extends Error {
  readonly code = 'policy_invalid'
  /** Every fault that was found, each with the path into the bundle or the thing's own id. */
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`the policy cannot be enforced: ${faults.slice(0, 3).join('; ')}${faults.length > 3 ? '; …' : ''}`)
    this.name = 'PolicyError'
    this.faults = faults
  }
}
