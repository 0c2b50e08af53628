import { regionKey } from '#lib/contract/index.ts'
import { type AzureEndpoint, PUBLIC_ARM, readAzureEndpoint } from '../../endpoint.ts'

/** Source: "Azure Monitor metrics batch": one host for each region of the public cloud. */
const PUBLIC_METRICS = 'https://{region}.metrics.monitor.azure.com'
/** What stands for the region in an address of the data plane. */
const REGION = '{region}'

/** Where metrics are read. */
export interface MetricsPlace {
  /** base of the control plane's path, one resource a request */
  controlPlane: string
  /** base of the data plane for a region, 50 resources a request; null = there is none */
  dataPlane(region: string): string | null
  /** whether a request may go to an origin for metrics, and so take the token there */
  isAllowed(origin: string): boolean
}

/**
 * The data plane is the public cloud's unless `metricsUrl` names another; another cloud's ARM without that has only its control
 * plane, so that nothing leaves for the public cloud.
 * @param metricsUrl AZURE_MONITOR_METRICS_URL: a base for both planes, or with `{region}` in its host one for the data plane alone
 * @throws if `metricsUrl` is no https URL, nor plain http on loopback
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
      // a region comes from ARM's answers, and becomes part of a host that gets the token
      const name = regionKey(region)
      if (!/^[a-z0-9]+$/.test(name)) return null
      const { url, origin } = readAzureEndpoint(template.replace(REGION, name))
      allowed.add(origin)
      return url
    },
    isAllowed: (origin) => allowed.has(origin),
  }
}
