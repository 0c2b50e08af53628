import type { PathHandlers } from '../_http/dispatch.ts'
import * as account from './account/handlers.ts'
import * as activity from './activity/handlers.ts'
import * as audit from './audit/handlers.ts'
import * as backTestCancel from './back-tests/[id]/cancel/handlers.ts'
import * as backTest from './back-tests/[id]/handlers.ts'
import * as backTests from './back-tests/handlers.ts'
import * as changes from './changes/handlers.ts'
import * as channelTest from './channels/[id]/test/handlers.ts'
import * as channels from './channels/handlers.ts'
import * as circuitArp from './circuits/[id]/arp/handlers.ts'
import * as circuitLifecycle from './circuits/[id]/lifecycle/handlers.ts'
import * as circuitParity from './circuits/[id]/parity/handlers.ts'
import * as circuit from './circuits/[id]/handlers.ts'
import * as circuitRouters from './circuits/[id]/routers/handlers.ts'
import * as circuitServiceKey from './circuits/[id]/service-key/handlers.ts'
import * as circuitTraffic from './circuits/[id]/traffic/handlers.ts'
import * as circuitUsage from './circuits/[id]/usage/handlers.ts'
import * as circuitsHistory from './circuits/history/handlers.ts'
import * as circuits from './circuits/handlers.ts'
import * as costBudgets from './cost/budgets/handlers.ts'
import * as costDecision from './cost/decisions/[id]/handlers.ts'
import * as costDecisions from './cost/decisions/handlers.ts'
import * as costFindings from './cost/findings/handlers.ts'
import * as costFocus from './cost/focus/handlers.ts'
import * as costOverrides from './cost/overrides/handlers.ts'
import * as costPrices from './cost/prices/handlers.ts'
import * as costProjections from './cost/projections/handlers.ts'
import * as costReconcile from './cost/reconcile/handlers.ts'
import * as costTco from './cost/tco/handlers.ts'
import * as costWeeklyCsv from './cost/weekly/csv/handlers.ts'
import * as costWeekly from './cost/weekly/handlers.ts'
import * as costWhatIf from './cost/what-if/handlers.ts'
import * as customers from './customers/handlers.ts'
import * as declarations from './declarations/handlers.ts'
import * as declarationsVersions from './declarations/versions/handlers.ts'
import * as escalation from './escalation/handlers.ts'
import * as eventKinds from './event-kinds/handlers.ts'
import * as events from './events/handlers.ts'
import * as eventsSummary from './events/summary/handlers.ts'
import * as gatewayLoad from './gateways/[id]/load/handlers.ts'
import * as gateway from './gateways/[id]/handlers.ts'
import * as gateways from './gateways/handlers.ts'
import * as gatewaysTraffic from './gateways/traffic/handlers.ts'
import * as handover from './handover/handlers.ts'
import * as hub from './hubs/[id]/handlers.ts'
import * as hubs from './hubs/handlers.ts'
import * as incidentAck from './incidents/[id]/ack/handlers.ts'
import * as incidentAssign from './incidents/[id]/assign/handlers.ts'
import * as incident from './incidents/[id]/handlers.ts'
import * as incidentSend from './incidents/[id]/send/handlers.ts'
import * as incidentsAssignees from './incidents/assignees/handlers.ts'
import * as incidentsRecipients from './incidents/recipients/handlers.ts'
import * as incidents from './incidents/handlers.ts'
import * as incidentsSummary from './incidents/summary/handlers.ts'
import * as maintenanceCalendarRead from './maintenance/calendars/[id]/read/handlers.ts'
import * as maintenanceCalendar from './maintenance/calendars/[id]/handlers.ts'
import * as maintenanceCalendars from './maintenance/calendars/handlers.ts'
import * as maintenance from './maintenance/handlers.ts'
import * as networks from './networks/handlers.ts'
import * as notifications from './notifications/handlers.ts'
import * as overview from './overview/handlers.ts'
import * as ports from './ports/handlers.ts'
import * as portsUptime from './ports/uptime/handlers.ts'
import * as probes from './probes/handlers.ts'
import * as processes from './processes/handlers.ts'
import * as reportSchedulePreview from './report-schedules/[id]/preview/handlers.ts'
import * as reportScheduleSend from './report-schedules/[id]/send/handlers.ts'
import * as reportSchedules from './report-schedules/handlers.ts'
import * as reportsAvailability from './reports/availability/handlers.ts'
import * as resilienceAzureFailoverTests from './resilience/azure-failover-tests/handlers.ts'
import * as resilienceDrill from './resilience/drills/[id]/handlers.ts'
import * as resilienceDrillsExpected from './resilience/drills/expected/handlers.ts'
import * as resilienceDrills from './resilience/drills/handlers.ts'
import * as resilienceExemption from './resilience/exemptions/[id]/handlers.ts'
import * as resilienceIntentsPin from './resilience/intents/pin/handlers.ts'
import * as resilienceIntents from './resilience/intents/handlers.ts'
import * as resilienceN1 from './resilience/n-1/handlers.ts'
import * as resilienceN2Cancel from './resilience/n-2/cancel/handlers.ts'
import * as resilienceN2 from './resilience/n-2/handlers.ts'
import * as resilience from './resilience/handlers.ts'
import * as resilienceWhatIf from './resilience/what-if/handlers.ts'
import * as resourceFormer from './resources/[id]/former/handlers.ts'
import * as resourceJoin from './resources/[id]/join/handlers.ts'
import * as resourcePart from './resources/[id]/part/handlers.ts'
import * as router from './routers/[id]/handlers.ts'
import * as routers from './routers/handlers.ts'
import * as routesChanges from './routes/changes/handlers.ts'
import * as routesChurn from './routes/churn/handlers.ts'
import * as routesDiff from './routes/diff/handlers.ts'
import * as routesHistory from './routes/history/handlers.ts'
import * as routesLookup from './routes/lookup/handlers.ts'
import * as routes from './routes/handlers.ts'
import * as serviceKeyRequests from './service-key-requests/handlers.ts'
import * as sessionsAvailability from './sessions/availability/handlers.ts'
import * as sessionsHistory from './sessions/history/handlers.ts'
import * as sessionsPrefixes from './sessions/prefixes/handlers.ts'
import * as sessionsUptime from './sessions/uptime/handlers.ts'
import * as sessions from './sessions/handlers.ts'
import * as settingsThresholds from './settings/thresholds/handlers.ts'
import * as setup from './setup/handlers.ts'
import * as slos from './slos/handlers.ts'
import * as sourcesCoverage from './sources/coverage/handlers.ts'
import * as sources from './sources/handlers.ts'
import * as stream from './stream/handlers.ts'
import * as token from './tokens/[id]/handlers.ts'
import * as tokens from './tokens/handlers.ts'
import * as uptime from './uptime/handlers.ts'
import * as userLink from './users/[id]/link/handlers.ts'
import * as user from './users/[id]/handlers.ts'
import * as userSecondFactor from './users/[id]/second-factor/handlers.ts'
import * as userSessions from './users/[id]/sessions/handlers.ts'
import * as users from './users/handlers.ts'
import * as wallHistory from './wall/history/handlers.ts'
import * as wall from './wall/handlers.ts'
import * as watch from './watch/handlers.ts'

/** What answers each path below `/api/v1`, but for what vendors send to channels. */
export const PATHS: Readonly<Record<string, PathHandlers>> = {
  '/account': account,
  '/activity': activity,
  '/audit': audit,
  '/back-tests/{id}/cancel': backTestCancel,
  '/back-tests/{id}': backTest,
  '/back-tests': backTests,
  '/changes': changes,
  '/channels/{id}/test': channelTest,
  '/channels': channels,
  '/circuits/{id}/arp': circuitArp,
  '/circuits/{id}/lifecycle': circuitLifecycle,
  '/circuits/{id}/parity': circuitParity,
  '/circuits/{id}': circuit,
  '/circuits/{id}/routers': circuitRouters,
  '/circuits/{id}/service-key': circuitServiceKey,
  '/circuits/{id}/traffic': circuitTraffic,
  '/circuits/{id}/usage': circuitUsage,
  '/circuits/history': circuitsHistory,
  '/circuits': circuits,
  '/cost/budgets': costBudgets,
  '/cost/decisions/{id}': costDecision,
  '/cost/decisions': costDecisions,
  '/cost/findings': costFindings,
  '/cost/focus': costFocus,
  '/cost/overrides': costOverrides,
  '/cost/prices': costPrices,
  '/cost/projections': costProjections,
  '/cost/reconcile': costReconcile,
  '/cost/tco': costTco,
  '/cost/weekly/csv': costWeeklyCsv,
  '/cost/weekly': costWeekly,
  '/cost/what-if': costWhatIf,
  '/customers': customers,
  '/declarations': declarations,
  '/declarations/versions': declarationsVersions,
  '/escalation': escalation,
  '/event-kinds': eventKinds,
  '/events': events,
  '/events/summary': eventsSummary,
  '/gateways/{id}/load': gatewayLoad,
  '/gateways/{id}': gateway,
  '/gateways': gateways,
  '/gateways/traffic': gatewaysTraffic,
  '/handover': handover,
  '/hubs/{id}': hub,
  '/hubs': hubs,
  '/incidents/{id}/ack': incidentAck,
  '/incidents/{id}/assign': incidentAssign,
  '/incidents/{id}': incident,
  '/incidents/{id}/send': incidentSend,
  '/incidents/assignees': incidentsAssignees,
  '/incidents/recipients': incidentsRecipients,
  '/incidents': incidents,
  '/incidents/summary': incidentsSummary,
  '/maintenance/calendars/{id}/read': maintenanceCalendarRead,
  '/maintenance/calendars/{id}': maintenanceCalendar,
  '/maintenance/calendars': maintenanceCalendars,
  '/maintenance': maintenance,
  '/networks': networks,
  '/notifications': notifications,
  '/overview': overview,
  '/ports': ports,
  '/ports/uptime': portsUptime,
  '/probes': probes,
  '/processes': processes,
  '/report-schedules/{id}/preview': reportSchedulePreview,
  '/report-schedules/{id}/send': reportScheduleSend,
  '/report-schedules': reportSchedules,
  '/reports/availability': reportsAvailability,
  '/resilience/azure-failover-tests': resilienceAzureFailoverTests,
  '/resilience/drills/{id}': resilienceDrill,
  '/resilience/drills/expected': resilienceDrillsExpected,
  '/resilience/drills': resilienceDrills,
  '/resilience/exemptions/{id}': resilienceExemption,
  '/resilience/intents/pin': resilienceIntentsPin,
  '/resilience/intents': resilienceIntents,
  '/resilience/n-1': resilienceN1,
  '/resilience/n-2/cancel': resilienceN2Cancel,
  '/resilience/n-2': resilienceN2,
  '/resilience': resilience,
  '/resilience/what-if': resilienceWhatIf,
  '/resources/{id}/former': resourceFormer,
  '/resources/{id}/join': resourceJoin,
  '/resources/{id}/part': resourcePart,
  '/routers/{id}': router,
  '/routers': routers,
  '/routes/changes': routesChanges,
  '/routes/churn': routesChurn,
  '/routes/diff': routesDiff,
  '/routes/history': routesHistory,
  '/routes/lookup': routesLookup,
  '/routes': routes,
  '/service-key-requests': serviceKeyRequests,
  '/sessions/availability': sessionsAvailability,
  '/sessions/history': sessionsHistory,
  '/sessions/prefixes': sessionsPrefixes,
  '/sessions/uptime': sessionsUptime,
  '/sessions': sessions,
  '/settings/thresholds': settingsThresholds,
  '/setup': setup,
  '/slos': slos,
  '/sources/coverage': sourcesCoverage,
  '/sources': sources,
  '/stream': stream,
  '/tokens/{id}': token,
  '/tokens': tokens,
  '/uptime': uptime,
  '/users/{id}/link': userLink,
  '/users/{id}': user,
  '/users/{id}/second-factor': userSecondFactor,
  '/users/{id}/sessions': userSessions,
  '/users': users,
  '/wall/history': wallHistory,
  '/wall': wall,
  '/watch': watch,
}
