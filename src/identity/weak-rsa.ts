// ROCA (CVE-2017-15361): moduli from a faulty library lie, modulo each small prime, in the subgroup that 65537 generates.
// A sound modulus does so for all of these primes with a probability below 2⁻²⁷ (Nemec et al., CCS 2017, §3.1).

const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
]

const subgroups: readonly (readonly [bigint, ReadonlySet<number>])[] = primes.map((prime) => {
  const members = new Set<number>()
  for (let power = 1; !members.has(power); power = (power * 65_537) % prime) members.add(power)
  return [BigInt(prime), members]
})

/** Whether a modulus carries the fingerprint. */
export function hasRocaFingerprint(modulus: bigint): boolean {
  return subgroups.every(([prime, members]) => members.has(Number(modulus % prime)))
}
