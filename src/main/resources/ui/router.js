// The address of the page says which screen it shows, and how: #/service/payments?find=10.0. So links and the back button work.

export const route = { screen: "services", name: "", params: {} };

const whole = (text) => (text.toWellFormed ? text.toWellFormed() : text);
const encode = (text) => encodeURIComponent(whole(String(text)));

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the link to a screen. Parameters without a value are left out. */
export function href(screen, name = "", params = {}) {
  const query = Object.entries(params)
    .filter(([, value]) => value !== "" && value != null)
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join("&");
  return `#/${screen}${name === "" ? "" : `/${encode(name)}`}${query ? `?${query}` : ""}`;
}

export function readRoute() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [screen, ...rest] = path.split("/");
  route.screen = screen || "services";
  route.name = decode(rest.join("/"));
  if (route.name === "" && ["service", "host"].includes(route.screen)) {
    route.screen = "services";
  }
  route.params = {};
  for (const pair of query.split("&").filter(Boolean)) {
    const [key, value = ""] = pair.split(/=(.*)/s);
    route.params[decode(key)] = decode(value);
  }
}

export function go(link) {
  location.hash = link;
}

/** Changes parameters of this screen, without a step for the back button. */
export function setParams(changes) {
  Object.assign(route.params, changes);
  history.replaceState(history.state, "", href(route.screen, route.name, route.params));
}
