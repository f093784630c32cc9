import t from 'tap'
import { type Member, Roll } from '../../src/vocabulary/roll.ts'

const names = ['a', 'b', 'c', 'd'] as const

function rollOf(...values: readonly string[]): { roll: Roll<{ name: string }>; members: Member<{ name: string }>[] } {
  const roll = new Roll<{ name: string }>()
  return { roll, members: values.map((name) => roll.enter({ name })) }
}

const present = (roll: Roll<{ name: string }>): string => Array.from(roll, ({ name }) => name).join('')

t.test('those who are present stand in the order in which they came, whoever leaves', async (t) => {
  // Every set of those who leave, in both orders.
  for (let leaving = 0; leaving < 2 ** names.length; leaving++) {
    for (const isBackwards of [false, true]) {
      const { roll, members } = rollOf(...names)
      const gone = names.map((_, i) => i).filter((i) => (leaving >> i) % 2 === 1)
      for (const i of isBackwards ? gone.toReversed() : gone) roll.leave(members[i] as Member<{ name: string }>)
      const left = names.filter((_, i) => !gone.includes(i)).join('')
      t.equal(present(roll), left)
      t.equal(roll.size, left.length)
      t.equal(roll.first?.name, left[0])
      roll.enter({ name: 'e' })
      t.equal(present(roll), `${left}e`, 'and the next comes behind them')
    }
  }
})

t.test('to leave twice is to leave once', async (t) => {
  const { roll, members } = rollOf('a', 'b')
  roll.leave(members[0] as Member<{ name: string }>)
  roll.leave(members[0] as Member<{ name: string }>)
  t.equal(roll.size, 1)
  roll.leaveFirst()
  roll.leaveFirst()
  t.equal(roll.size, 0)
  t.equal(roll.first, undefined)
})

t.test('whoever leaves while all are visited is passed over, whoever enters is not visited', async (t) => {
  const { roll, members } = rollOf(...names)
  const visited: string[] = []
  for (const { name } of roll) {
    visited.push(name)
    if (name === 'a') for (const i of [0, 1, 3]) roll.leave(members[i] as Member<{ name: string }>)
    roll.enter({ name: 'late' })
  }
  t.same(visited, ['a', 'c'])
})

t.test('nothing is kept by one who has left, and it keeps nothing', async (t) => {
  const { roll, members } = rollOf('a', 'b', 'c')
  const [, b] = members as [unknown, Member<{ name: string }>]
  roll.leave(b)
  t.same({ ...b }, { value: undefined, before: null, after: null })
})
