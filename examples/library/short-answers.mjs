export default {
  name: "short-answers",
  policy: "retry",
  find({ response, original }) {
    if (response.length > 2 * original.length + 200) return "the response is more than twice as long as the original one";
  },
};
