import t from 'tap'
import { isSubdivisionOf } from '../../src/vocabulary/subdivision.ts'

t.test('a region is known by its whole code, as one of its own country', async (t) => {
  for (const region of ['UA-30', 'UA-43', 'UA-40', 'UA-09', 'UA-14']) t.ok(isSubdivisionOf('UA', region), region)
  for (const region of ['UA-99', 'UA-9', 'UA-043', 'UA-KRM', 'ua-30', '30', 'UA', '', 'UA-30 ']) {
    t.notOk(isSubdivisionOf('UA', region), region)
  }
  t.notOk(isSubdivisionOf('RU', 'UA-30'), 'of another country')
  t.notOk(isSubdivisionOf('US', 'US-CA'), 'of a country without a table no region is known')
})
