// Where the log is that a command reads: as said, or as the settings of the working directory say. Of these nothing but that one path is
// looked at: whatever else is wrong in the file, an auditor can read.
import { logPathOf } from '../settings/index.ts'

/** @throws Error with a sentence, where nobody says it */
export function directoryOf(given: string | undefined): string {
  if (given !== undefined) return given
  try {
    return logPathOf('portcullis.yaml')
  } catch (error) {
    throw new Error(`say where the log is: --log DIR, or mend the settings\n\n${(error as Error).message}`, {
      cause: error,
    })
  }
}
