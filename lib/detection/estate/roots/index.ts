export { explanationsOf } from './explanation.ts'
export { isOneFault, symptomsOf } from './symptoms.ts'
export { type Element, elementKinds, type Leaf, smallestRoot } from './smallest-root.ts'
