/** Medians, quantiles, the binomial distribution. */
export { binomialDistribution, median, quantileSorted } from 'simple-statistics';
