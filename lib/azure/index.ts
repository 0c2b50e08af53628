/**
 * Azure Resource Manager in, typed observations out. The only place that imports `@azure/*`.
 * What is read where, and why by the SDK and not by its models: docs/adr/0020-azure-client.md.
 */
export { createAzure } from './create-azure.ts'
export { signInToDatabase } from './identity/database-tokens.ts'
export { ROLE_NAME, roleDefinition } from './permissions.ts'
export { PUBLIC_RETAIL_PRICES, readRetailPrices } from './retail-prices.ts'
export { ownSubscriptions } from './subscriptions.ts'
export { KnownTables } from './decode/known-tables.ts'
export { decodeResources } from './kinds/inventory/resources.ts'
export { Unread } from './decode/unread.ts'
export { decodeAnswer, plainRequest, type PollSpan } from './decode/decode-answer.ts'
export type {
  ListedResource,
  Azure,
  AzureSettings,
  Exchange,
  IdentityListing,
  MeteredResource,
  ObservableKind,
  PendingOperation,
  PollParams,
  PollStep,
  Subscription,
  WireAnswer,
  WireRequest,
} from './types.ts'
