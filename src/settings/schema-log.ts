// `log`: the decision log of a process. A gate must have the section; control may leave it out.
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { LogSettings } from '../vocabulary/settings.ts'
import { filePath } from './paths.ts'
import { say } from './say.ts'
import { duration } from './scalars.ts'

/** @param folder relative paths start here. */
export function logSection(folder: string): z.ZodType<LogSettings> {
  return z
    .strictObject({
      path: say(filePath(folder), 'Directory of the decision logs: one for each process, with one writer.'),
      key: say(
        filePath(folder).optional(),
        'Ed25519 private key (PKCS#8 PEM) for checkpoints, made where it does not exist. Absent: `log-key.pem` beside the directory.',
      ),
      'append-timeout': say(
        duration(10, 60_000).prefault('2s'),
        'A request whose record is not on the disk by then is refused (`log_unavailable`).',
      ),
    })
    .transform(({ path, key, 'append-timeout': appendTimeoutMs }) => ({
      path,
      keyFile: key ?? join(dirname(path), 'log-key.pem'),
      appendTimeoutMs,
    }))
}

/** Where control keeps its log unless `log` says so. @param controlPath of its journal */
export const logPathOfControl = (controlPath: string): string => join(controlPath, 'log')

/** Of control without the section. @param controlPath absolute */
export const logOfControl = (controlPath: string): LogSettings =>
  logSection(controlPath).parse({ path: logPathOfControl(controlPath) })
