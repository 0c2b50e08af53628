import { regionKey } from '#lib/contract/index.ts'
import { type AzureEndpoint, PUBLIC_ARM, readAzureEndpoint } from '../../endpoint.ts'

/**
 * Address of the data plane in the public cloud, with a host for each region. Source: "Azure Monitor metrics batch".
 */
const PUBLIC_METRICS = 'https://{region}.metrics.monitor.azure.com'
/** Placeholder for the region in an address of the data plane. */
const REGION = '{region}'

/** Addresses from which metrics are read. */
export interface MetricsPlace {
  /** base address of the control plane, which returns one resource per request */
  controlPlane: string
  /**
   * returns the base address of the data plane for a region, which returns 50 resources per request; null = no data
   * plane
   */
  dataPlane(region: string): string | null
  /** reports whether metric requests, and so the token, may be sent to an origin */
  isAllowed(origin: string): boolean
}

/**
 * Returns the addresses for metrics. The default data plane is the public cloud's, and it is used only with the public
 * ARM endpoint. In other clouds only the control plane is used unless `metricsUrl` is set, so that no request is sent
 * to the public cloud.
 * @param metricsUrl AZURE_MONITOR_METRICS_URL: a base address for both planes, or with `{region}` in its host for the
 *   data plane only
 * @throws Error if `metricsUrl` is neither an https URL nor plain http on loopback
 */
export function metricsPlace(arm: AzureEndpoint, metricsUrl: string | null): MetricsPlace {
  const template = metricsUrl ?? (arm.url === PUBLIC_ARM ? PUBLIC_METRICS : null)
  if (template === null) return { controlPlane: arm.url, dataPlane: () => null, isAllowed: () => false }
  const isRegional = template.includes(REGION)
  const base = readAzureEndpoint(template)
  const allowed = new Set(isRegional ? [] : [base.origin])
  return {
    controlPlane: isRegional ? arm.url : base.url,
    dataPlane(region) {
      if (!isRegional) return base.url
      // the region comes from ARM's responses and becomes part of a host name that receives the token, so it must be
      // validated
      const name = regionKey(region)
      if (!/^[a-z0-9]+$/.test(name)) return null
      const { url, origin } = readAzureEndpoint(template.replace(REGION, name))
      allowed.add(origin)
      return url
    },
    isAllowed: (origin) => allowed.has(origin),
  }
}
