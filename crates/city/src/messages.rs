//! The sentences of this crate's problems in both languages. `{name}` stands for the argument of that name.

use base::{Language, Problem, Text};

/// Code, Chinese, English.
type Line = (&'static str, &'static str, &'static str);

const LINES: [Line; 46] = [
    (
        "account.administrator_secret",
        "管理员的密码和动态口令只能在服务器上用命令行重置。",
        "The password and time codes of an administrator are reset on the server, by the command line.",
    ),
    ("account.closed", "该账号已注销。", "The account is closed."),
    ("account.display_length", "请填写姓名，不超过{max}个字。", "Give a name of at most {max} characters."),
    ("account.locked", "失败次数过多，请在{until}之后再试。", "Too many failures; try again after {until}."),
    (
        "account.name_invalid",
        "登录名为2至64个字，可用文字、数字和 . _ - @，不含空格。",
        "A sign-in name has 2 to 64 letters, digits or . _ - @, and no blanks.",
    ),
    ("account.name_taken", "该登录名已被使用，请换一个。", "The sign-in name is taken; choose another one."),
    (
        "account.not_administrator",
        "只有系统、安全、审计管理员可以查看账号。",
        "Only the three administrators see accounts.",
    ),
    (
        "account.not_system_admin",
        "只有系统管理员可以管理账号。",
        "Only a system administrator may manage accounts.",
    ),
    (
        "account.own",
        "不能对自己的账号执行此操作，请由另一位管理员办理。",
        "Nobody does this to their own account; ask another administrator.",
    ),
    (
        "account.phone_invalid",
        "电话号码只能包含数字、空格和 + - ( )，不超过32位。",
        "A telephone number has digits, blanks and + - ( ), at most 32.",
    ),
    ("api_key.expiry", "有效期须在今后{days}天之内。", "The key must end within the next {days} days."),
    (
        "api_key.seat",
        "单位席位不能使用接口密钥，请使用个人账号。",
        "A unit seat has no keys; use a person's account.",
    ),
    (
        "api_key.title",
        "请填写密钥用途，不超过{max}个字。",
        "Say what the key is for, in at most {max} characters.",
    ),
    ("codes.in_use", "动态口令已启用，请先停用。", "Time codes are in use; remove them first."),
    (
        "codes.not_enrolled",
        "尚未绑定动态口令，请先扫描二维码。",
        "No time codes were enrolled; scan the code first.",
    ),
    (
        "codes.wrong",
        "动态口令不正确，请核对手机时间后重新输入。",
        "The time code is wrong; check the clock of the telephone and try again.",
    ),
    (
        "grant.excluded",
        "与已有角色互斥：{roles}。同一人不能兼任。",
        "One person may not hold this beside: {roles}.",
    ),
    ("grant.exists", "该账号在此范围内已有此角色。", "The account already holds this role there."),
    (
        "grant.not_security_admin",
        "只有安全管理员可以授予或收回角色。",
        "Only a security administrator may grant roles or take them back.",
    ),
    ("grant.outside", "授权范围超出您的管理范围。", "The grant reaches beyond the area of your own."),
    (
        "grant.own",
        "不能给自己授权，请由另一位安全管理员办理。",
        "Nobody grants to themselves; ask another security administrator.",
    ),
    ("grant.period", "截止日期不能早于起始日期。", "The last day lies before the first."),
    (
        "on_behalf.paper",
        "代填须附本人签字的材料照片。",
        "Attach a photograph of the paper that the person signed.",
    ),
    ("on_behalf.person", "请填写被代填人的姓名。", "Name the person for whom this is entered."),
    ("operator.exists", "该人员已在此席位。", "The person is set down for this seat already."),
    ("operator.no_seat", "当前登录的不是单位席位。", "This is not the session of a unit seat."),
    ("operator.person", "席位人员须为个人账号。", "An operator must be a person, not a seat."),
    ("operator.secondment_ends", "借调人员须填写截止日期。", "A secondment needs a last day."),
    (
        "password.cost",
        "密码校验参数无效：{reason}。",
        "The cost of checking passwords is not valid: {reason}.",
    ),
    (
        "password.is_name",
        "密码不能与登录名相同或相近。",
        "The password must not be, or be like, the sign-in name.",
    ),
    ("password.too_common", "该密码过于常见，请换一个。", "The password is too common; choose another one."),
    ("password.too_long", "密码不超过{max}个字符。", "A password has at most {max} characters."),
    ("password.too_short", "密码至少{min}个字符。", "A password has at least {min} characters."),
    ("password.unchanged", "新密码不能与原密码相同。", "The new password is the old one."),
    ("password.wrong", "原密码不正确。", "The password is wrong."),
    ("pin.digits", "PIN 码为6至10位数字。", "A PIN has 6 to 10 digits."),
    (
        "pin.locked",
        "PIN 码错误次数过多，请在{until}之后再试。",
        "Too many wrong PINs; try again after {until}.",
    ),
    ("pin.must_change", "首次使用须设置新的 PIN 码。", "Set a PIN of your own first."),
    (
        "pin.too_simple",
        "PIN 码过于简单，请勿使用相同或连续的数字。",
        "The PIN is too simple; avoid equal or counted digits.",
    ),
    ("pin.unchanged", "新 PIN 码不能与原 PIN 码相同。", "The new PIN is the old one."),
    ("pin.wrong", "PIN 码不正确，还可尝试{left}次。", "The PIN is wrong; {left} tries are left."),
    ("role.unknown", "没有名为{role}的角色。", "There is no role called {role}."),
    ("sign_in.busy", "登录人数较多，请稍后再试。", "Many people are signing in; try again in a few seconds."),
    ("sign_in.code_wanted", "请输入动态口令。", "Enter the time code."),
    (
        "sign_in.code_wrong",
        "动态口令不正确或已使用过，请等待下一个口令。",
        "The time code is wrong or was used already; wait for the next one.",
    ),
    ("sign_in.wrong", "登录名或密码不正确。", "Name or password is wrong."),
];

/// The sentence of a code, with its places unfilled; None for codes of other crates.
#[must_use]
pub fn sentence(code: &str) -> Option<Text> {
    LINES.iter().find(|line| line.0 == code).map(|line| Text::new(line.1, line.2))
}

/// The sentence of a problem in a language; None for problems of other crates.
#[must_use]
pub fn say(problem: &Problem, language: Language) -> Option<String> {
    let mut said = sentence(problem.code)?.in_language(language).to_owned();
    for (name, value) in &problem.arguments {
        said = said.replace(&format!("{{{name}}}"), value);
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn sources(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.file_name().is_some_and(|name| name != "messages.rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_problem_of_this_crate_has_a_sentence_and_every_sentence_a_problem() {
        let mut text = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
        let known: BTreeSet<&str> = LINES.iter().map(|line| line.0).collect();
        assert_eq!(known.len(), LINES.len());
        for code in &known {
            assert!(
                code.starts_with("sign_in.") || text.contains(&format!("\"{code}\"")),
                "{code} is never said"
            );
        }
        let squeezed: String = text.split_whitespace().collect();
        for (said, quote) in [("Problem::new(\"", 0), ("Problem::of(\"", 1)] {
            for rest in squeezed.split(said).skip(1) {
                let code = rest.split('"').nth(quote * 2).unwrap();
                assert!(known.contains(code), "{code} has no sentence");
            }
        }
        for rest in squeezed.split("require(").skip(1) {
            let Some(code) = rest.split(")?").next().and_then(|call| call.rsplit('"').nth(1)) else {
                continue;
            };
            assert!(known.contains(code) || !code.contains('.'), "{code} has no sentence");
        }
    }

    #[test]
    fn a_sentence_is_filled_in_the_language_of_the_reader() {
        let problem = Problem::of("password", "password.too_short").with("min", 10);
        assert_eq!(say(&problem, Language::Chinese).unwrap(), "密码至少10个字符。");
        assert_eq!(say(&problem, Language::English).unwrap(), "A password has at least 10 characters.");
        assert_eq!(say(&Problem::new("other.code"), Language::English), None);
    }
}
