// Policy files that are open one at a time. What YAML makes of a file is many times larger than its text, and a policy has ten thousand
// files: what was read of one is let go when the next is opened, and read again for whoever still asks, which only faults do.
import { readYaml, type YamlReading } from '../../yaml/index.ts'
import type { PolicyFile, PolicyText } from './fault.ts'

export interface OpenFiles {
  read(text: PolicyText): YamlReading
  /** Of a text that was read without a fault. */
  file(text: PolicyText, kind: string): PolicyFile
}

export function openFiles(): OpenFiles {
  let open: PolicyText | undefined
  let reading: YamlReading | undefined
  const read = (text: PolicyText): YamlReading => {
    if (reading === undefined || open !== text) reading = readYaml(text.text)
    open = text
    return reading
  }
  const file = (text: PolicyText, kind: string): PolicyFile => ({
    path: text.path,
    text: text.text,
    kind,
    get document() {
      const again = read(text)
      if (again.kind === 'faults') throw new Error(`${text.path} has faults that it did not have`)
      return again
    },
  })
  return { read, file }
}
