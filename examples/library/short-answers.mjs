export default {
  name: "short-answers",
  policy: "retry",
  find({ response, original }) {
    const isLong = response.length > 2 * original.length + 200;
    return isLong ? "the response is more than twice as long as the original one" : undefined;
  },
};
