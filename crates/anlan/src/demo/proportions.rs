//! In what proportions the synthetic city is made: by county, sector, size. Rough shares of a central Chinese
//! prefecture; they claim nothing about the real one.

use base::Chance;

/// A county and its share in thousandths.
pub(super) const COUNTIES: [(&str, u64); 9] = [
    ("410202", 90),
    ("410203", 70),
    ("410204", 80),
    ("410205", 70),
    ("410212", 150),
    ("410221", 150),
    ("410222", 110),
    ("410223", 150),
    ("410225", 130),
];

/// What is known of enterprises of one sector.
pub(super) struct Trade {
    /// Sector by the core pack.
    pub(super) sector: &'static str,
    /// Share in thousandths.
    pub(super) share: u64,
    /// The noun in the names of such enterprises.
    pub(super) noun: &'static str,
    /// Risk attributes by the core pack, the first one always, the others sometimes.
    pub(super) attributes: &'static [&'static str],
    /// Counts as high-risk (安全生产法: mines, metal smelting, building, transport, dangerous goods).
    pub(super) high_risk: bool,
    /// Median headcount.
    pub(super) headcount: u64,
    /// Places and activities that carry risk, with what can happen.
    pub(super) points: &'static [Point],
}

/// A place or activity, its harmful factor, the measure against it and what is looked at.
pub(super) struct Point {
    pub(super) name: &'static str,
    pub(super) factor: &'static str,
    pub(super) accident: &'static str,
    pub(super) measure: &'static str,
    pub(super) look: &'static str,
    pub(super) fault: &'static str,
    /// L, E and C of the LEC method as the usual firm controls it.
    pub(super) lec: (f64, f64, f64),
}

const STORAGE: Point = Point {
    name: "危险化学品储罐区",
    factor: "阀门法兰密封失效，易燃液体泄漏",
    accident: "08",
    measure: "设置可燃气体报警器并联锁切断，每班巡检法兰和阀门",
    look: "法兰、阀门无渗漏，可燃气体报警器显示正常",
    fault: "卸料泵出口法兰有滴漏，报警器处于故障状态",
    lec: (1.0, 6.0, 40.0),
};
const REACTOR: Point = Point {
    name: "反应釜岗位",
    factor: "温度失控，釜内压力升高",
    accident: "17",
    measure: "温度压力高高联锁停止进料并开启冷却，安全阀按期校验",
    look: "温度、压力在控制范围内，联锁投用，安全阀在校验期内",
    fault: "釜温联锁被旁路，未办理审批",
    lec: (0.5, 6.0, 40.0),
};
const DUST: Point = Point {
    name: "除尘系统",
    factor: "粉尘积聚遇点火源",
    accident: "18",
    measure: "按清扫制度每班清扫，设泄爆和锁气卸灰装置",
    look: "管道和作业面无积尘，泄爆口无遮挡",
    fault: "除尘支管积尘超过一毫米，未按班清扫",
    lec: (1.0, 6.0, 15.0),
};
const MACHINE: Point = Point {
    name: "冲压机床",
    factor: "防护装置缺失，手入模区",
    accident: "03",
    measure: "安装双手按钮和光幕，定期检验",
    look: "双手按钮、光幕有效，急停可靠",
    fault: "三号冲床光幕被遮挡失效",
    lec: (1.0, 6.0, 7.0),
};
const POWER: Point = Point {
    name: "配电室",
    factor: "绝缘老化、违规接线",
    accident: "05",
    measure: "配电柜接地并张贴系统图，持证电工每周巡检",
    look: "柜门关闭、接地完好、无杂物，温度正常",
    fault: "配电柜前堆放纸箱，地线松动",
    lec: (0.5, 6.0, 15.0),
};
const CONFINED: Point = Point {
    name: "污水处理池",
    factor: "有限空间内硫化氢积聚",
    accident: "19",
    measure: "先通风、再检测、后作业，设专人监护和救援三脚架",
    look: "警示标志清楚，检测仪在检定期内，监护记录完整",
    fault: "入池作业无检测记录，监护人离岗",
    lec: (1.0, 2.0, 40.0),
};
const EVACUATION: Point = Point {
    name: "疏散通道和安全出口",
    factor: "通道堵塞，人员不能及时疏散",
    accident: "08",
    measure: "每日营业前后检查通道、应急照明和常闭门",
    look: "通道畅通，安全出口未上锁，应急照明有效",
    fault: "二层安全出口被货架占用",
    lec: (1.0, 6.0, 15.0),
};
const KITCHEN: Point = Point {
    name: "厨房燃气",
    factor: "软管老化，燃气泄漏",
    accident: "08",
    measure: "安装泄漏报警和自动切断，软管按期更换",
    look: "软管无裂纹，报警器有电，阀门用后关闭",
    fault: "灶具连接软管超期未换",
    lec: (1.0, 6.0, 7.0),
};
const VEHICLE: Point = Point {
    name: "营运车辆",
    factor: "制动、轮胎状况不良，驾驶员疲劳",
    accident: "02",
    measure: "出车前检查并记录，动态监控疲劳和超速",
    look: "制动、轮胎、灯光良好，卫星定位在线",
    fault: "右后轮胎花纹磨损超限仍出车",
    lec: (1.0, 6.0, 15.0),
};
const HEIGHT: Point = Point {
    name: "脚手架和临边",
    factor: "防护缺失，高处坠落",
    accident: "09",
    measure: "搭设验收后使用，作业人员系安全带",
    look: "架体连墙件齐全，临边防护牢固，安全带高挂低用",
    fault: "七层临边防护栏杆缺失两处",
    lec: (3.0, 6.0, 15.0),
};
const AMMONIA: Point = Point {
    name: "液氨制冷机房",
    factor: "管道腐蚀，液氨泄漏",
    accident: "19",
    measure: "设氨气报警与事故排风联锁，配备正压呼吸器",
    look: "报警器显示正常，排风联动有效，呼吸器压力足够",
    fault: "一台氨气报警器超期未检定",
    lec: (0.5, 6.0, 40.0),
};
const STORE: Point = Point {
    name: "仓库",
    factor: "货物堆放过高，电气线路敷设不规范",
    accident: "08",
    measure: "五距达标，人走断电，每日巡查",
    look: "堆垛五距合格，照明线路穿管，灭火器压力正常",
    fault: "堆垛紧贴照明灯具，灭火器压力不足",
    lec: (0.5, 6.0, 7.0),
};

/// The trades of the city.
pub(super) const TRADES: [Trade; 12] = [
    Trade {
        sector: "hazchem",
        share: 12,
        noun: "化工厂",
        attributes: &["hazchem_production", "key_process", "key_chemical", "major_hazard_installation"],
        high_risk: true,
        headcount: 120,
        points: &[STORAGE, REACTOR, CONFINED, POWER],
    },
    Trade {
        sector: "machinery",
        share: 230,
        noun: "机械厂",
        attributes: &["", "confined_space", "dust_explosion"],
        high_risk: false,
        headcount: 45,
        points: &[MACHINE, POWER, CONFINED, STORE],
    },
    Trade {
        sector: "light_industry",
        share: 90,
        noun: "木业厂",
        attributes: &["dust_explosion", "confined_space"],
        high_risk: false,
        headcount: 35,
        points: &[DUST, POWER, STORE],
    },
    Trade {
        sector: "food_pharma",
        share: 50,
        noun: "食品厂",
        attributes: &["", "ammonia_refrigeration", "confined_space"],
        high_risk: false,
        headcount: 60,
        points: &[AMMONIA, CONFINED, POWER],
    },
    Trade {
        sector: "commerce",
        share: 230,
        noun: "商场",
        attributes: &["crowded_place"],
        high_risk: false,
        headcount: 12,
        points: &[EVACUATION, POWER, STORE],
    },
    Trade {
        sector: "crowded_place",
        share: 160,
        noun: "饭店",
        attributes: &["crowded_place", "gas_user"],
        high_risk: false,
        headcount: 9,
        points: &[KITCHEN, EVACUATION],
    },
    Trade {
        sector: "road_freight",
        share: 60,
        noun: "运输公司",
        attributes: &["heavy_goods_vehicles"],
        high_risk: true,
        headcount: 40,
        points: &[VEHICLE, STORE],
    },
    Trade {
        sector: "construction",
        share: 70,
        noun: "建筑工程公司",
        attributes: &["special_work"],
        high_risk: true,
        headcount: 80,
        points: &[HEIGHT, POWER],
    },
    Trade {
        sector: "urban_gas",
        share: 25,
        noun: "燃气公司",
        attributes: &["hazchem_trade"],
        high_risk: true,
        headcount: 30,
        points: &[STORAGE, POWER],
    },
    Trade {
        sector: "postal",
        share: 30,
        noun: "快递网点",
        attributes: &[""],
        high_risk: false,
        headcount: 15,
        points: &[STORE, VEHICLE],
    },
    Trade {
        sector: "hazardous_waste",
        share: 13,
        noun: "环保公司",
        attributes: &["hazardous_waste_handler", "confined_space"],
        high_risk: false,
        headcount: 35,
        points: &[CONFINED, STORE],
    },
    Trade {
        sector: "education",
        share: 30,
        noun: "学校",
        attributes: &["crowded_place"],
        high_risk: false,
        headcount: 70,
        points: &[EVACUATION, KITCHEN, POWER],
    },
];

/// Picks by share.
pub(super) fn pick<'a, T>(of: &'a [T], share: impl Fn(&T) -> u64, chance: &mut dyn Chance) -> Option<&'a T> {
    let whole: u64 = of.iter().map(&share).sum();
    let at = ((u128::from(chance.next_u64()) * u128::from(whole)) >> 64) as u64;
    let mut passed = 0;
    of.iter().find(|item| {
        passed += share(item);
        at < passed
    })
}
