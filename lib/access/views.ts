import { type Caller, formatScope } from '#lib/contract/index.ts'

export const buildAccountView = ({ kind, name, role, rights, scope }: Caller) => ({
  kind,
  name,
  role,
  rights: [...rights],
  scopes: formatScope(scope),
})
