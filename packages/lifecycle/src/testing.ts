export { type ContractCase, demand, demandCode } from './contract/contract-case.js';
