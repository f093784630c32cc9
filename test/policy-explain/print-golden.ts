// Writes golden/ anew: read every difference before you keep it. `node test/policy-explain/print-golden.ts`
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explanationText } from '../../src/policy/index.ts'
import { answeredTold, told } from './told.ts'

for (const one of told) {
  writeFileSync(join(import.meta.dirname, 'golden', `${one.name}.txt`), explanationText(answeredTold(one).explanation))
}
