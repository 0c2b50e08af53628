export { type Atom, type AtomTable, atomTable } from './atoms.ts'
export { type Failure, NO_FAILURE } from './failure.ts'
export { type Names, rowsOf, type WhatIfRib, whatIfRib } from './outcome.ts'
export { instanceKey, pathKey, type WhatIfRoute, type WhatIfTable } from './what-if-route.ts'
