// docs/policy-guide.md, followed from the first line to the last against real processes: what it shows is what one sees.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { openDesk } from './desk.ts'
import { reviewedInTime } from './reviews.ts'
import { isAsShown, stepsOf } from './session.ts'

const page = readFileSync(new URL('../../docs/policy-guide.md', import.meta.url), 'utf8')

t.test(
  'every command of the guide runs, in order, and prints what the guide shows',
  { timeout: 600_000 },
  async (t) => {
    const desk = openDesk()
    t.teardown(() => desk.clear())
    const steps = stepsOf(page)
    t.ok(steps.length > 40, `${steps.length} steps`)
    for (const step of steps) {
      const { isAsShown: same, printed } = await desk.follow(step)
      const name = step.kind === 'run' ? `line ${step.line}: ${step.command}` : `${step.kind} ${step.path}`
      if (!same) {
        t.equal(printed, step.kind === 'run' ? (step.shown ?? '(exit 0)') : step.text, name)
        // What follows rests on it.
        return
      }
      t.pass(name)
    }
  },
)

t.test('the page is followed as if no review were due, whatever the day is', async (t) => {
  const text = 'id: a\nreview-by: 2027-06-12\nends: 2027-06-12T00:00:00Z\n  - { review-by: 2026-01-01 }\n'
  t.equal(
    reviewedInTime(text, Date.parse('2026-06-12T00:00:00Z')),
    text.replace('review-by: 2026-01-01', 'review-by: 2027-06-12'),
  )
  t.equal(
    reviewedInTime(text, Date.parse('2030-01-01T12:00:00Z')),
    text.replace('review-by: 2027-06-12', 'review-by: 2031-01-01').replace('2026-01-01', '2031-01-01'),
  )
})

t.test('what a page shows is told from what it does not', async (t) => {
  t.ok(isAsShown('a\nb\nc\n', 'a\n…\nc\n'))
  t.ok(isAsShown('closed at 2026-06-12T21:21:03.361Z\n', 'closed at 2026-06-12T21:22:04.111Z\n'))
  t.notOk(isAsShown('from 2026-06-12T21:21:00Z\n', 'from 2026-06-12T21:22:00Z\n'))
  t.notOk(isAsShown('a\nb\n', 'a\n'))
  t.notOk(isAsShown('permit\n', 'deny\n'))
  t.notOk(isAsShown('3 of 4 hold\n', '4 of 4 hold\n'))
  t.ok(isAsShown('one and two and three\n', 'one … three\n'))
})
