export { explanationsOf } from './explanation.ts'
export { isOneFault, pathsLost, symptomsOf } from './symptoms.ts'
export { type Element, elementKinds, type Leaf, smallestRoot } from './smallest-root.ts'
