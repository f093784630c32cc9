// A misspelt word is told its neighbour, and none where there is none.

import t from 'tap'
import { nearest } from '../../src/vocabulary/nearest.ts'

const known = ['effective', 'ends', 'limbs', 'caller-text', 'id'] as const

for (const [word, meant] of [
  ['efective', 'effective'],
  ['Effectiv', 'effective'],
  ['caller_text', 'caller-text'],
  ['end', 'ends'],
  ['lmb', undefined],
  ['ix', 'id'],
  ['something-else', undefined],
  ['', undefined],
  ['effective'.repeat(30), undefined],
] as const) {
  t.test(
    `\`${word.slice(0, 20)}\` is ${meant === undefined ? 'like nothing' : `taken for \`${meant}\``}`,
    async (t) => {
      t.equal(nearest(word, known), meant)
    },
  )
}
