import { type RequestCaller, listAccessScopeTexts } from '#lib/contract/index.ts'

export const buildAccountResponse = ({ kind, name, role, rights, scope }: RequestCaller) => ({
  kind,
  name,
  role,
  rights: [...rights],
  scopes: listAccessScopeTexts(scope),
})
