// Status words: where each puts a person, however it is spelled.

import t from 'tap'
import {
  noStanding,
  permanentResident,
  refugeeOrAsylee,
  standingOfStatus,
  statusWords,
  temporaryResident,
} from '../../src/policy/definitions/standing.ts'

t.test('a word is read in any case, with blanks around it, and with any sign between its parts', async (t) => {
  for (const word of [
    'h-1b',
    ' h-1b ',
    'H-1B',
    'H1B',
    'h1b',
    'H 1B',
    'B-1/B-2',
    'b1 b2',
    'Asylum_Applicant',
    'none',
    'visa  waiver',
  ]) {
    t.equal(standingOfStatus(word), noStanding, word)
  }
  for (const word of ['LPR', 'Permanent Resident', '\tlawful permanent resident\n']) {
    t.equal(standingOfStatus(word), permanentResident, word)
  }
  t.equal(standingOfStatus('Temporary_Resident'), temporaryResident)
  for (const word of ['', ' ', 'h', '1b', 'xh-1b', 'h-1bx', 'constructor', 'resident']) {
    t.equal(standingOfStatus(word), undefined, word)
  }
})

t.test('the words of a granted status give a standing, and every other known one none', async (t) => {
  const standings = new Map(statusWords.map((word) => [word, standingOfStatus(word)]))
  const granted = [...standings].filter(([, standing]) => standing !== noStanding)
  t.same(Object.fromEntries(granted), {
    'permanent-resident': permanentResident,
    'lawful-permanent-resident': permanentResident,
    lpr: permanentResident,
    refugee: refugeeOrAsylee,
    asylee: refugeeOrAsylee,
    'temporary-resident': temporaryResident,
  })
  t.equal(standings.size - granted.length, 58)
  for (const word of ['', ' ']) t.notOk(standings.has(word))
})
