import { ACCESS_RIGHT_DESCRIPTIONS, ACCESS_RIGHTS, ROLE_NAMES, ROLES } from '#lib/contract/index.ts'
import { replaceGeneratedPart } from './generated-part.ts'

/** Replaces the generated list in docs/access.md, which has each right and the roles that include it. */
export const replaceRolesTable = (page: string): string =>
  replaceGeneratedPart(page, {
    begin: '<!-- roles: written by `npm run docs` from lib/contract/access -->',
    end: '<!-- end of roles -->',
    text: list(),
  })

const list = () =>
  ACCESS_RIGHTS.map((right) => {
    const roles = ROLE_NAMES.filter((role) => ROLES[role].rights.includes(right))
    const who = roles.length === ROLE_NAMES.length ? 'all' : roles.join(', ')
    return `- \`${right}\` (${who}): ${ACCESS_RIGHT_DESCRIPTIONS[right]}`
  }).join('\n')
