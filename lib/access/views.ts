import { type Caller, listAccessScopeTexts } from '#lib/contract/index.ts'

export const buildAccountResponse = ({ kind, name, role, rights, scope }: Caller) => ({
  kind,
  name,
  role,
  rights: [...rights],
  scopes: listAccessScopeTexts(scope),
})
