// Named lists and codes become sets of countries and of regions; a region of a country that is listed whole adds nothing.

import t from 'tap'
import { listResolver } from '../../src/policy/load/resolve-lists.ts'
import { bundle } from './small-policy.ts'

const list = (id: string, members: readonly string[]) => ({
  id,
  title: id,
  regime: 'company' as const,
  members,
  asOf: 0,
  source: 'test',
  digest: null,
  reviewBy: 1,
  position: { path: 'lists.yaml', line: 1 },
})
const resolve = listResolver(bundle({ lists: [list('a', ['CU', 'UA-43']), list('b', ['UA'])] }))
const sets = (lists: readonly string[], codes: readonly string[]) => {
  const { countries, regions, partly } = resolve({ lists, codes })
  return { countries: [...countries].sort(), regions: [...regions].sort(), partly: [...partly].sort() }
}

t.test('countries and regions are told apart, of lists and codes together', async (t) => {
  t.same(sets(['a'], ['IR']), { countries: ['CU', 'IR'], regions: ['UA-43'], partly: ['UA'] })
  t.same(sets(['a'], ['UA-14', 'GE-AB']), {
    countries: ['CU'],
    regions: ['GE-AB', 'UA-14', 'UA-43'],
    partly: ['GE', 'UA'],
  })
})

t.test('a region of a country that is listed itself is no region beside it', async (t) => {
  t.same(sets(['a', 'b'], []), { countries: ['CU', 'UA'], regions: [], partly: [] })
  t.same(sets(['b'], ['UA-43', 'GE-AB']), { countries: ['UA'], regions: ['GE-AB'], partly: ['GE'] })
})

t.test('the same lists and codes are resolved once', async (t) => {
  const codes = () => ({ lists: ['a'], codes: ['IR'] })
  t.equal(resolve(codes()), resolve(codes()))
  t.not(resolve(codes()), resolve({ ...codes(), lists: ['b'] }))
})
