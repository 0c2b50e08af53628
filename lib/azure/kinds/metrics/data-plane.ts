import { normalizeRegionName } from '#lib/contract/index.ts'
import { type AzureEndpoint, PUBLIC_ARM_URL, parseAzureEndpoint } from '../../endpoint.ts'

/**
 * Address of Azure Monitor's data plane in the public cloud. Each region has its own host. Source: "Azure Monitor
 * metrics batch".
 */
const PUBLIC_METRICS = 'https://{region}.metrics.monitor.azure.com'
/** Text in an address that is replaced by the region. */
const REGION = '{region}'

/** The addresses from which metrics are read. */
export interface MetricsEndpoints {
  /** base address of the control plane, where each request returns one resource */
  controlPlane: string
  /**
   * returns the base address of the data plane for a region, where each request returns up to 50 resources; null =
   * there is no data plane
   */
  dataPlane(region: string): string | null
  /** reports whether a request, which contains the access token, may be sent to an origin */
  isAllowed(origin: string): boolean
}

/**
 * Returns the addresses from which metrics are read. With the public ARM endpoint, the data plane of the public cloud
 * is the default. With any other ARM endpoint there is no default, so that nothing is sent to the public cloud. Then
 * only the control plane is used, unless `metricsUrl` is set.
 * @param metricsUrl the setting AZURE_MONITOR_METRICS_URL: an address for the data plane and the control plane, or, if
 *   its host contains `{region}`, only for the data plane
 * @throws Error if `metricsUrl` is neither an https URL nor plain http on loopback
 */
export function findMetricsEndpoints(arm: AzureEndpoint, metricsUrl: string | null): MetricsEndpoints {
  const template = metricsUrl ?? (arm.url === PUBLIC_ARM_URL ? PUBLIC_METRICS : null)
  if (template === null) return { controlPlane: arm.url, dataPlane: () => null, isAllowed: () => false }
  const isRegional = template.includes(REGION)
  const base = parseAzureEndpoint(template)
  const allowed = new Set(isRegional ? [] : [base.origin])
  return {
    controlPlane: isRegional ? arm.url : base.url,
    dataPlane(region) {
      if (!isRegional) return base.url
      // validate the region, because it comes from a response and becomes part of the name of a host that receives the
      // token
      const name = normalizeRegionName(region)
      if (!/^[a-z0-9]+$/.test(name)) return null
      const { url, origin } = parseAzureEndpoint(template.replace(REGION, name))
      allowed.add(origin)
      return url
    },
    isAllowed: (origin) => allowed.has(origin),
  }
}
