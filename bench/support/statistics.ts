/** The statistics that benchmarks need. The one file that knows the library, which the published package brings along in it. */
export { binomialDistribution, median, quantileSorted } from 'simple-statistics';
