import t from 'tap'
import { firstGap, firstReason, reasonOrder } from '../../src/policy/engine/reason-order.ts'
import { reasons } from '../../src/vocabulary/reason.ts'

t.test('every reason stands once, and everything that a determination can say is there', async (t) => {
  t.equal(new Set(reasonOrder).size, reasonOrder.length)
  const said = Object.entries(reasons)
    .filter(([, { basis }]) => ['prohibited', 'not_entitled', 'grant', 'review', 'evidence'].includes(basis))
    .map(([reason]) => reason)
  t.same([...reasonOrder].sort(), [...said, 'geo_unavailable', 'identity_unavailable', 'policy_stale'].sort())
})

t.test('the first in the table is shown, wherever it was found', async (t) => {
  t.equal(
    firstReason(firstReason('membership_absent', 'person_restricted'), 'embargoed_location'),
    'embargoed_location',
  )
  t.equal(firstReason('embargoed_resident', 'embargoed_location'), 'embargoed_location')
  t.equal(firstReason('grant_expired', 'person_restricted'), 'person_restricted')
})

t.test('what the caller cannot mend comes first', async (t) => {
  const mine = { reason: 'evidence_conflict', mendable: true } as const
  const theirs = { reason: 'evidence_missing', mendable: false } as const
  t.equal(firstGap([mine, theirs]), theirs)
  t.equal(firstGap([theirs, mine]), theirs)
  t.equal(
    firstGap([
      { reason: 'evidence_missing', mendable: false },
      { reason: 'anonymizer', mendable: false },
    ]).reason,
    'anonymizer',
  )
})
