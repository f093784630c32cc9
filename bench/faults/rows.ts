// All rows of the fault matrix, in the order in which they are run.
import type { Row } from './row.ts'
import { clientRows } from './rows/clients.ts'
import { controlRows } from './rows/control.ts'
import { gateRows } from './rows/gates.ts'
import { modelApiRows } from './rows/model-api.ts'
import { otherRows } from './rows/others.ts'
import { redisRows } from './rows/redis.ts'

export const rows: readonly Row[] = [
  ...gateRows,
  ...controlRows,
  ...redisRows,
  ...modelApiRows,
  ...clientRows,
  ...otherRows,
]
