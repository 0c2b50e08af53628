/** A scope as people name it: `Contoso` of `customer:Contoso`, `subscription 0a…` of `subscription:0a…`, which has no name here. */
export const scopeName = (scope: string): string =>
  scope.replace(/^customer:/, '').replace(/^subscription:/, 'subscription ')
