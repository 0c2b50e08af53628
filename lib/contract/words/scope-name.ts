/**
 * Returns the display name of a scope: `Contoso` for `customer:Contoso`, `subscription 0a…` for `subscription:0a…`,
 * because the name of a subscription is unknown here.
 */
export const scopeName = (scope: string): string =>
  scope.replace(/^customer:/, '').replace(/^subscription:/, 'subscription ')
