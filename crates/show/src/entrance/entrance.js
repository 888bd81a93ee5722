"use strict";
// The log-in and the use of a one-time link: forms that speak to /api/v1, the same as any other client.

const base = "/api/v1";
const told = document.getElementById("told");

const messages = {
  "wrong-credentials": "ログインできませんでした。入力を確かめてください。 / The log-in was not accepted.",
  "too-often": "試行が多すぎます。しばらく待ってください。 / Too many attempts: wait a moment.",
  "dead-link": "このリンクは使えません。 / This link does not work (any more).",
  "no-role": "権限がありません。管理者に相談してください。 / You were recognised, but none of your groups has a role here.",
};

async function ask(method, path, body) {
  const request = { method, headers: { accept: "application/json" } };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const response = await fetch(base + path, request);
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) {
    throw new Error(messages[answer.code] || `${answer.message}. ${answer.advice}`);
  }
  return answer;
}

async function attempt(work) {
  told.textContent = "";
  try {
    await work();
  } catch (error) {
    told.textContent = error.message;
  }
}

function fields(form) {
  return Object.fromEntries(new FormData(form));
}

function bytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function logInByPasskey(name) {
  const begun = await ask("POST", "/auth/passkey/begin", { name });
  const options = begun.options.publicKey;
  options.challenge = bytes(options.challenge);
  for (const allowed of options.allowCredentials || []) {
    allowed.id = bytes(allowed.id);
  }
  const given = await navigator.credentials.get({ publicKey: options });
  const { authenticatorData, clientDataJSON, signature, userHandle } = given.response;
  const answer = {
    id: given.id,
    rawId: text(given.rawId),
    type: given.type,
    extensions: given.getClientExtensionResults(),
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
  await ask("POST", "/auth/passkey/finish", { challenge: begun.challenge, answer });
  location.replace("/");
}

async function startLogIn(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const given = fields(form);
      const isPaper = given.code.replace(/\s/g, "").length > 6;
      const factor = given.code === "" ? {} : isPaper ? { recovery_code: given.code } : { code: given.code };
      await ask("POST", "/auth/login", { name: given.name, password: given.password, ...factor });
      location.replace("/");
    });
  });
  // The identity provider's answer comes by a redirect: what was refused stands behind the #.
  const refused = messages[location.hash.slice(1)];
  if (refused) {
    history.replaceState(null, "", location.pathname);
    told.textContent = refused;
  }
  const methods = await ask("GET", "/auth/methods");
  document.getElementById("first").hidden = !methods.needs_first_user;
  const passkey = document.getElementById("passkey");
  passkey.hidden = !(methods.passkey && window.PublicKeyCredential);
  passkey.addEventListener("click", () => attempt(() => logInByPasskey(form.elements.name.value)));
  const provider = document.getElementById("provider");
  provider.hidden = methods.provider === null;
  provider.textContent = methods.provider;
}

async function startEnrolment(form) {
  const link = location.hash.slice(1);
  // The link must not stay in the list of visited pages.
  history.replaceState(null, "", location.pathname);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const { again, ...given } = fields(form);
      if (again !== given.password) {
        throw new Error("パスワードが一致しません。 / The passwords differ.");
      }
      await ask("POST", "/auth/enrolment", { link, ...given });
      location.replace("/");
    });
  });
  const purpose = await ask("POST", "/auth/enrolment/look", { link });
  if (purpose.name !== null) {
    form.elements.name.value = purpose.name;
    form.elements.name.readOnly = true;
    form.elements.display_name.closest("label").hidden = true;
    form.elements.display_name.disabled = true;
  }
}

const logIn = document.getElementById("login");
const enrol = document.getElementById("enrol");
attempt(() => (logIn ? startLogIn(logIn) : startEnrolment(enrol)));
