import { Buffer } from 'node:buffer'
import t from 'tap'
import { readJson } from '../../src/json/index.ts'
import { brokenTexts, read, refused } from './texts.ts'

const kindOf = (text: string): string => readJson(Buffer.from(text)).kind

t.test('what RFC 8259 allows is read, alone and within another text', async (t) => {
  t.same(
    read.filter((text) => kindOf(text) !== 'value' || kindOf(`[{"x":${text}},${text}\n]`) !== 'value'),
    [],
  )
})

t.test('what is no I-JSON is refused, alone and within another text', async (t) => {
  t.same(
    refused.filter((text) => kindOf(text) !== 'fault' || kindOf(`{"x":[${text}`) !== 'fault'),
    [],
  )
  const strings = refused.filter((text) => text.startsWith('"') && text.endsWith('"'))
  t.same(
    strings.filter((text) => kindOf(`{"x":[${text}]}`) !== 'fault'),
    [],
  )
})

t.test('bytes that are no UTF-8 are refused wherever they stand', async (t) => {
  t.same(
    brokenTexts.filter((bytes) => readJson(bytes).kind !== 'fault').map((bytes) => bytes.toString('hex')),
    [],
  )
})
