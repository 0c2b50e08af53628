import { type CorpusScenario, readScenario } from './scenario.ts'
import { answers } from './scenarios/answers.ts'
import { benign } from './scenarios/benign.ts'
import { changes } from './scenarios/changes.ts'
import { collectors } from './scenarios/collector.ts'
import { gateways } from './scenarios/gateways.ts'
import { limits } from './scenarios/limits.ts'
import { instances } from './scenarios/instances.ts'
import { locations } from './scenarios/locations.ts'
import { paths } from './scenarios/paths.ts'
import { routes } from './scenarios/routes.ts'
import { sessions } from './scenarios/sessions.ts'
import { traffic } from './scenarios/traffic.ts'
import { redundancy } from './scenarios/redundancy.ts'
import { keepalives } from './scenarios/keepalives.ts'
import { intents } from './scenarios/intents.ts'
import { startUp } from './scenarios/start-up.ts'
import { tables } from './scenarios/tables.ts'
import { announced } from './scenarios/announced.ts'
import { policies } from './scenarios/policies.ts'
import { oneWay } from './scenarios/one-way.ts'
import { origins } from './scenarios/origins.ts'
import { monitored } from './scenarios/monitored.ts'
import { notices } from './scenarios/notices.ts'
import { microsoft } from './scenarios/microsoft.ts'
import { views } from './scenarios/views.ts'
import { load } from './scenarios/load.ts'
import { sitesApart } from './scenarios/sites-apart.ts'
import { vpnFailover } from './scenarios/vpn-failover.ts'
import { sitesLearned } from './scenarios/sites-learned.ts'
import { patternsCauses } from './scenarios/patterns-causes.ts'
import { patternsPaused } from './scenarios/patterns-paused.ts'
import { patternsRoots } from './scenarios/patterns-roots.ts'

/** Every scenario, by id. */
export const corpus: readonly CorpusScenario[] = [
  paths,
  locations,
  sessions,
  gateways,
  instances,
  changes,
  routes,
  limits,
  traffic,
  benign,
  answers,
  collectors,
  redundancy,
  keepalives,
  intents,
  tables,
  policies,
  announced,
  origins,
  oneWay,
  load,
  startUp,
  views,
  microsoft,
  monitored,
  notices,
  patternsCauses,
  patternsPaused,
  patternsRoots,
  sitesLearned,
  vpnFailover,
  sitesApart,
]
  .flat()
  .map(readScenario)
  .toSorted((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
