import t from 'tap'
import { isCountryCode, isRegionCode, readCountry } from '../../src/vocabulary/country.ts'

t.test('a country is read from alpha-2, alpha-3 and numeric codes, any case, with blanks around', async (t) => {
  for (const raw of ['US', 'usa', ' Usa ', '840', '\tus\n'])
    t.same(readCountry(raw), { kind: 'country', code: 'US' }, raw)
  for (const [raw, code] of [
    ['NO', 'NO'],
    ['no', 'NO'],
    ['NOR', 'NO'],
    ['578', 'NO'],
    ['004', 'AF'],
  ] as const) {
    t.same(readCountry(raw), { kind: 'country', code }, raw)
  }
})

t.test('other spellings of one country are that country', async (t) => {
  for (const [raw, code] of [
    ['UK', 'GB'],
    ['EL', 'GR'],
    ['D', 'DE'],
    ['XK', 'XK'],
    ['RKS', 'XK'],
    ['XKX', 'XK'],
    ['UNK', 'XK'],
  ] as const) {
    t.same(readCountry(raw), { kind: 'country', code }, raw)
  }
})

t.test('a code that names no nationality leaves a gap of its own kind', async (t) => {
  for (const raw of ['QU', 'XXX', 'ZZ', '', '  ', 'XXB', 'XXC', 'UNO', 'UNA', 'EUE', 'XOM', 'XPO']) {
    t.same(readCountry(raw), { kind: 'missing' }, raw)
  }
  for (const raw of ['QS', 'XXA', 'XA', 'xxa']) t.same(readCountry(raw), { kind: 'stateless' }, raw)
  for (const raw of ['SU', 'YU', 'CS', 'DD', 'AN', 'TP', 'BU', 'ZR', 'sun'])
    t.same(readCountry(raw), { kind: 'withdrawn' }, raw)
  for (const raw of ['Q1', 'Iran', 'U S', '84', '0840', 'ＵＳ', 'constructor', '__proto__']) {
    t.same(readCountry(raw), { kind: 'invalid' }, raw)
  }
})

t.test('Hong Kong, Macao and the US territories stay themselves', async (t) => {
  for (const code of ['HK', 'MO', 'PR', 'GU', 'VI', 'AS', 'MP', 'UM'])
    t.same(readCountry(code), { kind: 'country', code }, code)
})

t.test('policies and databases use one spelling', async (t) => {
  t.ok(isCountryCode('GB'))
  for (const code of ['UK', 'gb', 'GBR', 'SU', 'ZZ', '']) t.notOk(isCountryCode(code), code)
  for (const code of ['UA-43', 'US-CA', 'GB-ENG', 'FR-2A']) t.ok(isRegionCode(code), code)
  for (const code of ['UA', 'UA-', 'ua-43', 'UA43', 'UA-4343', 'ZZ-01', 'UA-43-1', 'SU-01'])
    t.notOk(isRegionCode(code), code)
})
