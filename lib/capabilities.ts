import { access } from './access/capability.ts'
import { circuits } from './circuits/capability.ts'
import { cost } from './cost/capability.ts'
import { customers } from './customers/capability.ts'
import { gateways } from './gateways/capability.ts'
import { incidents } from './incidents/capability.ts'
import { maintenance } from './maintenance/capability.ts'
import { networks } from './networks/capability.ts'
import { notify } from './notify/capability.ts'
import { overview } from './overview/capability.ts'
import { declarations } from './declarations/capability.ts'
import { reports } from './reports/capability.ts'
import { resilience } from './resilience/capability.ts'
import { routers } from './routers/capability.ts'
import { routes } from './routes/capability.ts'
import { sessions } from './sessions/capability.ts'
import { setup } from './setup/capability.ts'
import { usage } from './usage/capability.ts'
import { tableOf } from './questions/index.ts'

/**
 * The rooms of this product. Whatever a room answers, does and offers goes with its line: its paths are not there then, pages are sent
 * without its part, and all others stay.
 */
export const rooms = {
  access,
  circuits,
  cost,
  customers,
  gateways,
  incidents,
  maintenance,
  networks,
  notify,
  overview,
  declarations,
  reports,
  resilience,
  routers,
  routes,
  sessions,
  setup,
  usage,
}

/** Every answer and every command of this product, by the names of `lib/api`. The API, pages, reports and tests read it. */
export const table = tableOf(Object.values(rooms))
