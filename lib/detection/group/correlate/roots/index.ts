export { explanationsOf } from './explanation.ts'
export { isOneFault, pathsLost, symptomsOf } from './symptoms.ts'
