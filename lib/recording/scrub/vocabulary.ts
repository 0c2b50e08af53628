import { findPeeringLocation } from '#lib/contract/facts/locations.ts'
import { armTypes, getMetroOfLocation } from '#lib/contract/index.ts'
import azure from './azure-words.json' with { type: 'json' }

/**
 * Words that Azure itself uses. Texts that consist of them may stay in a recording; all other texts are private and are
 * replaced (ADR 0293). A text is kept only in fields that can contain such words.
 */

const WORDS: ReadonlySet<string> = new Set(
  [azure.network, azure.platform, azure.regions, ...Object.values(armTypes)].join(' ').split(/[ ./]/),
)
/** Places within a compound word at which a new part begins: the case changes, or a letter and a digit meet. */
const BETWEEN_PARTS = /[a-z](?=[A-Z\d])|[A-Z](?=[A-Z][a-z])|\d(?=[A-Za-z])|[A-Z](?=\d)/g
/**
 * MAX_DIGITS: maximum length of a part of a word that contains digits. MAX_DIGITS_OF_TEXT: maximum number of digits in
 * a whole text. For example, `TLS_RSA_WITH_AES_256_GCM_SHA384` has 6 digits.
 */
const MAX_DIGITS = 3
const MAX_DIGITS_OF_TEXT = 6

function isAzureWord(word: string): boolean {
  if (WORDS.has(word.toLowerCase())) return true
  const parts = word.replace(BETWEEN_PARTS, '$& ').split(' ')
  return (
    /[a-z]/i.test(word) &&
    parts.every((part) => (/\d/.test(part) ? part.length <= MAX_DIGITS : WORDS.has(part.toLowerCase())))
  )
}

/**
 * Reports whether a text consists of Azure's words only, for example `AuthorizationFailed`,
 * `Microsoft.Network/virtualNetworks/read` or `ErGw1AZ`.
 */
export function hasAzureWordsOnly(text: string): boolean {
  if (!/^[\x20-\x7e]*$/.test(text) || text.replace(/\D/g, '').length > MAX_DIGITS_OF_TEXT) return false
  const words = text.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return words.length > 0 && words.every((word, place) => isAzureWord(word) || (place > 0 && /^\d{1,3}$/.test(word)))
}

/**
 * Fields, in lower case, whose text may be a value of an enumeration of Azure. For a pair `{value, localizedValue}`,
 * the list contains the name of the field that contains the pair.
 */
const ENUMERATION_KEYS = keySet(
  `type location region provisioningState circuitProvisioningState serviceProviderProvisioningState state status subStatus tier family
   origin interface path peeringType gatewayType vpnType connectionType connectionMode connectionProtocol connectionStatus
   peeringState peeringSyncLevel nextHopType privateIPAllocationMethod publicIPAllocationMethod billingType encapsulation adminState
   advertisedPublicPrefixesState upDown statePfxRcd unit access routeFilterRuleType
   routingRegistryName resiliencyLevel vpnGatewayGeneration level code
   category operationName resourceProviderName resourceType namespace resourceregion eventName displayDescription errorCode
   connectionMonitorType preferredRoutingGateway routingState linkState connectorType kind incidentType service stage
   monitoringStatus testEvalutionResult currency connectedResourceStatus authorizationUseStatus circuitConnectionStatus connectionState
   cipher connectivityTopology destinationType dhGroup enforcement eventType eventSubType eventLevel groupConnectivity hubRoutingPreference
   ikeEncryption ikeIntegrity impactedService ipsecEncryption ipsecIntegrity isGlobal lastModifiedBy mode pfsGroup recurEvery routeOrigin
   sciState severity source testType privateEndpointNetworkPolicies vpnClientProtocols offerName sku metadatavalues destinations
   protocol authorizationSource publicIPAddressVersion targetRegion vpnConnectionProtocolType spendingLimit eventSource`,
)
/** Fields, in lower case, whose text may consist of numbers, also in the notation of routers. */
const FIGURE_KEYS = keySet(
  `asPath path locPrf weight metric statePfxRcd upDown connectedDuration sequence communities virtualNetworkCommunity regionalCommunity
   mtu vlanId stag asn peerASN azureASN customerASN virtualRouterAsn advertisedCommunities bgpCommunities overallScore scoreChange
   maxScoreFromRecommendations minScoreFromRecommendations recommendationId routeSetVersion pri sec`,
)
/**
 * Fields, in lower case, whose text may be a number of at most two digits, for example an availability zone, a lane of
 * a port, or an instance of a gateway.
 */
const SHORT_FIGURE_KEYS = keySet('zones metadatavalues')
const PLACE_KEYS = keySet(
  'location region impactedRegion resourceregion peeringLocation peeringLocations serviceProviderName failoverLocation locations',
)
const PROVIDERS = keySet(azure.providers.map(compact).join(' '))
const REGIONS = keySet(azure.regions)

function keySet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).map((key) => key.toLowerCase()))
}

function compact(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Reports whether a text is the name of an Azure region, for example `uksouth` or `UK South`. */
export const isAzureRegionName = (text: string): boolean => REGIONS.has(compact(text)) && /^[\x20-\x7e]+$/.test(text)

/**
 * Reports whether a text is an Azure region, a peering location, a provider, or a combination of these. For example,
 * `Equinix-London-LD5` consists of a provider, a location and the code of a building.
 */
function isPlace(text: string): boolean {
  if (
    isAzureRegionName(text) ||
    findPeeringLocation(getMetroOfLocation(text)) ||
    findPeeringLocation(getMetroOfLocation(text), 'usGovernment')
  )
    return true
  const parts = text.split(/[-;,]\s*/)
  const isPart = (part: string) =>
    PROVIDERS.has(compact(part)) || isAzureRegionName(part) || findPeeringLocation(getMetroOfLocation(part)) !== null
  return isPart(text) || (parts.length > 1 && parts.every((part) => isPart(part) || /^[A-Z]{2}\d{1,2}$/.test(part)))
}

/** Names, in lower case, that Azure gives and that are therefore not private. */
const WELL_KNOWN = keySet(
  `azureprivatepeering microsoftpeering azurepublicpeering gatewaysubnet routeserversubnet azurefirewallsubnet azurebastionsubnet
   azurefirewallmanagementsubnet primary secondary management default none`,
)
/** Pattern of further names that Azure gives: instances of gateways in metrics, links of ports, and the wildcard. */
const WELL_KNOWN_FORM = /^(?:GatewayTenantWorker_IN_\d{1,3}|link\d|\*)$/i

/** Reports whether Azure itself gives this name, in whatever field it occurs. */
export const isWellKnownAzureName = (text: string): boolean =>
  WELL_KNOWN.has(text.toLowerCase()) ||
  WELL_KNOWN_FORM.test(text) ||
  (/^Microsoft\./i.test(text) && hasAzureWordsOnly(text))

/** Numbers as text: counters, AS paths, communities, ages of sessions. */
const FIGURE = /^(?:[\d\s{}?*,.:%-]+[ie?]?|(?:\d{1,3}[dhmwy])+)$/
/** A number that is too long for 32 bits. It may be a telephone or account number, so it is private. */
const TOO_LONG = /\d{11}/
const DATE = String.raw`(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)`
const CLOCK = String.raw`\d\d:\d\d:\d\d(?:\.\d{1,9})?`
const INSTANT = `${DATE}(?:T${CLOCK}(?:Z|[+-]\\d\\d:?\\d\\d)?|-preview)?`
const DURATION = String.raw`P(?=[\dT])(?:\d{1,4}[YMWD]){0,3}(?:T(?:\d{1,5}(?:\.\d{1,7})?[HMS]){1,3})?`
/** An instant, a duration, a time of day, or the version of an API. */
export const AZURE_TIME_PATTERN = `${INSTANT}|(?<!\\w)${DURATION}(?!\\w)|(?<![\\d:])${CLOCK}(?![\\d:])`
const WHOLE_TIME = new RegExp(`^(?:${INSTANT}(?:/${INSTANT})?|${DURATION}|${CLOCK})$`)

/**
 * Reports whether a text in a field is Azure's own, so that it stays in a recording.
 * @param key name of the field
 */
export function isTextOfAzure(text: string, key: string): boolean {
  const name = key.toLowerCase()
  if (WHOLE_TIME.test(text) || /^(?:true|false)$/i.test(text) || isWellKnownAzureName(text)) return true
  if (FIGURE_KEYS.has(name) && FIGURE.test(text) && !TOO_LONG.test(text)) return true
  if (SHORT_FIGURE_KEYS.has(name) && /^\d{1,2}$/.test(text)) return true
  if (ENUMERATION_KEYS.has(name) && hasAzureWordsOnly(text)) return true
  return PLACE_KEYS.has(name) && isPlace(text)
}

/** Reports whether a field contains sentences, which may contain ids and names of customers. */
export const isSentenceField = (key: string): boolean => /^(?:message|errorMessage|details?|description)$/i.test(key)

/** Names of fields whose values are secrets, wherever they occur. */
export const SECRET_FIELD_PATTERN =
  /^(?:authorizationKey|sharedKey|serviceKey|preSharedKey|radiusServerSecret|primaryKey|secondaryKey|connectionString|access_token|authorization|claims)$|(?:password|secret|token|certificate|certificates|certdata)$/i

/**
 * Query parameters whose values consist of Azure's words, ids and times. Only the private parts of such a value are
 * replaced. The values of all other parameters are replaced completely.
 */
export const AZURE_QUERY_PARAMETERS: ReadonlySet<string> = new Set([
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
