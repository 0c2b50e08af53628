/**
 * Returns the display name of an access scope's part: `Contoso` for `customer:Contoso`, and `subscription 0a…` for
 * `subscription:0a…`, because the name of a subscription is unknown here.
 */
export const formatAccessScope = (scope: string): string =>
  scope.replace(/^customer:/, '').replace(/^subscription:/, 'subscription ')
