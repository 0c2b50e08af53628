/**
 * What of Azure's answers is Azure's own language, and stays. Everything else that is text is taken to be somebody's, and is mapped (ADR 0120).
 */

/** Members, in lower case, whose text is one of Azure's words; of `{value, localizedValue}` the member that holds it. */
export const VOCABULARY_KEYS: ReadonlySet<string> = new Set(
  `type location region provisioningState circuitProvisioningState serviceProviderProvisioningState state status subStatus tier family
   origin interface path asPath peeringType gatewayType vpnType connectionType connectionMode connectionProtocol connectionStatus
   peeringState peeringSyncLevel nextHopType privateIPAllocationMethod publicIPAllocationMethod billingType encapsulation adminState
   advertisedPublicPrefixesState locPrf upDown statePfxRcd connectedDuration unit interval timespan access routeFilterRuleType communities
   virtualNetworkCommunity regionalCommunity routingRegistryName peeringLocation resiliencyLevel serviceProviderName mtu vpnGatewayGeneration level code
   category operationName resourceProviderName resourceType namespace resourceregion eventName displayDescription errorCode
   connectionMonitorType preferredRoutingGateway virtualRouterAsn routingState linkState connectorType kind incidentType service stage
   monitoringStatus testEvalutionResult currency sequence connectedResourceStatus`
    .split(/\s+/)
    .map((key) => key.toLowerCase()),
)

/** Names that Azure gives and not people, in lower case. */
const WELL_KNOWN = new Set(
  `azureprivatepeering microsoftpeering azurepublicpeering gatewaysubnet routeserversubnet azurefirewallsubnet azurebastionsubnet
   azurefirewallmanagementsubnet primary secondary management default none`.split(/\s+/),
)

/** Instances of gateways as metrics name them, and what they count in. */
const WELL_KNOWN_FORM = /^(?:GatewayTenantWorker_IN_\d+|Microsoft\.[\w./-]+|link\d|\*)$/i

export const isWellKnown = (text: string): boolean => WELL_KNOWN.has(text.toLowerCase()) || WELL_KNOWN_FORM.test(text)

/** Numbers, times, durations, AS paths, communities and api-versions: they name nothing. */
const PLAIN = [
  /^[-+\d.,:%\s]*$/,
  /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?:-preview)?$/,
  /^P(?:\d+[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])*)?$/,
  /^[\d\s{}?*,-]+[ie?]?$/,
  /^(?:true|false)$/i,
]
export const isPlain = (text: string): boolean => PLAIN.some((form) => form.test(text))

/** Members that are secrets wherever they stand. */
export const SECRET_KEY =
  /^(?:authorizationKey|sharedKey|serviceKey|preSharedKey|radiusServerSecret|primaryKey|secondaryKey|connectionString|access_token|authorization|claims)$|(?:password|secret|token|certificate|certificates|certdata)$/i

/** Members with sentences in which ids and names stand. */
export const SENTENCE_KEYS: ReadonlySet<string> = new Set(['message', 'detail', 'details'])

/** Parameters of a query that hold Azure's words, ids and times; any other one is opaque and mapped as a whole. */
export const PLAIN_PARAMETERS: ReadonlySet<string> = new Set([
  'api-version',
  '$filter',
  '$select',
  '$expand',
  '$top',
  '$orderby',
  'timespan',
  'interval',
  'metricnames',
  'metricnamespace',
  'aggregation',
  'top',
  'orderby',
  'validatedimensions',
  'autoadjusttimegrain',
  'peer',
  'filter',
  'starttime',
  'endtime',
])
