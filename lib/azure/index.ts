/**
 * Client for Azure Resource Manager. It returns typed observations. Only this folder may import `@azure/*`.
 * docs/adr/0020-azure-client.md lists the requests, and explains why the SDK is used without its models.
 */
export { createAzureClient } from './create-azure.ts'
export { signInToDatabase } from './identity/database-tokens.ts'
export { AZURE_ROLE_NAME, buildRoleDefinition } from './permissions.ts'
export { PUBLIC_RETAIL_PRICES, readRetailPrices } from './retail-prices.ts'
export { findDefaultSubscriptions } from './subscriptions.ts'
export { RouteTableCache } from './decode/route-table-cache.ts'
export { decodeResources } from './kinds/inventory/resources.ts'
export { UnreadRowCounter } from './decode/unread-row-counter.ts'
export { decodePollResponse, buildPlainRequest, type PollTimes } from './decode/decode-answer.ts'
export type {
  ListedResource,
  AzureAccess,
  AzureSettings,
  HttpExchange,
  IdentityListing,
  MetricsOptionsOfResource,
  ObservableKind,
  PendingOperation,
  PollParams,
  PollStep,
  AzureSubscription,
  RawHttpResponse,
  RawHttpRequest,
} from './types.ts'
